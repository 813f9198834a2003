/** Fictional companies. */
export const companies = [
  'Azulejo & Filhos, Lda.',
  'Barra do Norte Transportes, S.A.',
  'Carpintaria Pinheiro Manso, Lda.',
  'Cerâmica do Vouga Velho, S.A.',
  'Cortiças da Serra Alta, S.A.',
  'Cozinha da Ribeira Nova, Unipessoal Lda.',
  'Eletro Lezíria, Lda.',
  'Estaleiros Maré Viva, S.A.',
  'Farol Digital Serviços, Lda.',
  'Gráfica Três Marias, Lda.',
  'Horta do Mondego, Lda.',
  'Limpezas Sol Poente, Unipessoal Lda.',
  'Livraria Passarola, Lda.',
  'Moinho Branco Panificação, S.A.',
  'Oficina Roda Larga, Lda.',
  'Óptica Miradouro, Lda.',
  'Papelaria Caravela, Lda.',
  'Pedra Lioz Construções, S.A.',
  'Quinta do Sobreiral Vinhos, S.A.',
  'Rio Manso Software, Lda.',
  'Tecelagem Fio de Prata, S.A.',
  'Tejo Acima Consultores, Lda.',
  'Vidreira Costa Verde, S.A.',
  'Volta ao Largo Eventos, Unipessoal Lda.',
] as const;

/** Fictional banks. */
export const banks = [
  { name: 'Banco Atlântico Sul', code: '9011' },
  { name: 'Banco da Lezíria', code: '9023' },
  { name: 'Caixa Económica do Vouga', code: '9037' },
  { name: 'Banco Rosa dos Ventos', code: '9048' },
] as const;

export const women = [
  'Ana Rita',
  'Beatriz',
  'Carolina',
  'Catarina',
  'Inês',
  'Joana',
  'Leonor',
  'Maria João',
  'Mariana',
  'Sofia',
  'Teresa',
] as const;

export const men = [
  'Afonso',
  'André',
  'Bruno',
  'Diogo',
  'Francisco',
  'Gonçalo',
  'João Pedro',
  'Miguel',
  'Nuno',
  'Rui',
  'Tiago',
] as const;

export const surnames = [
  'Almeida',
  'Antunes',
  'Brito',
  'Cardoso',
  'Carvalho',
  'Conceição',
  'Correia',
  'Faria',
  'Figueiredo',
  'Gonçalves',
  'Lourenço',
  'Magalhães',
  'Matos',
  'Neves',
  'Nogueira',
  'Pacheco',
  'Simões',
  'Tavares',
  'Teixeira',
  'Vasconcelos',
] as const;

export const cities = [
  { name: 'Lisboa', postal: '1100' },
  { name: 'Porto', postal: '4000' },
  { name: 'Braga', postal: '4700' },
  { name: 'Coimbra', postal: '3000' },
  { name: 'Aveiro', postal: '3800' },
  { name: 'Setúbal', postal: '2900' },
  { name: 'Évora', postal: '7000' },
  { name: 'Faro', postal: '8000' },
  { name: 'Viseu', postal: '3500' },
  { name: 'Leiria', postal: '2400' },
] as const;

export const streets = [
  'Rua das Flores',
  'Rua do Sol',
  'Avenida da Liberdade',
  'Largo do Carmo',
  'Rua Direita',
  'Travessa do Forno',
  'Rua da Boavista',
  'Praça da República',
] as const;
